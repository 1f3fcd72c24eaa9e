import { z } from 'zod';

/** An id made only of dots is refused: clients and proxies resolve it away in a URL's path. */
const identifier = (most: number) =>
  z
    .string(`expected a string of 1 to ${most} characters of A-Z a-z 0-9 . _ : -`)
    .regex(
      new RegExp(`^(?!\\.+$)[A-Za-z0-9._:-]{1,${most}}$`),
      `expected 1 to ${most} characters of A-Z a-z 0-9 . _ : - (and not only dots)`,
    );

export const accountId = identifier(64);
export const transactionId = identifier(128);
