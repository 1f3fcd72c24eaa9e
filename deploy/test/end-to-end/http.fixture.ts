export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request with a JSON answer. */
export async function call(method: string, url: string, body?: unknown): Promise<Reply> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
}

export const get = (url: string) => call('GET', url);
export const put = (url: string, body: unknown) => call('PUT', url, body);

export const deposit = (amount: string, more: object = {}) => ({ type: 'deposit', amount, ...more });
export const withdrawal = (amount: string, more: object = {}) => ({ type: 'withdrawal', amount, ...more });
