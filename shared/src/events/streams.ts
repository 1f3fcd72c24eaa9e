/** Names of streams. No stream but an account's begins with `account-`. */

export const accountStreamPrefix = 'account-';

export function accountStream(accountId: string): string {
  return `${accountStreamPrefix}${accountId}`;
}

/** The index pages of an account, which can be made from its own stream at any time. */
export function pagesStream(accountId: string): string {
  return `pages-${accountId}`;
}

/** The reservation of a transaction's uid by the older APIs. */
export function uidStream(uid: string): string {
  return `uid-${uid}`;
}
