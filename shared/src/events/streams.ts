/** Names of streams. No stream but an account's begins with `account-`. */

export const accountStreamPrefix = 'account-';

export function accountStream(accountId: string): string {
  return `${accountStreamPrefix}${accountId}`;
}
