/** The part of fs-native-extensions (which ships no types) that this project calls. */
declare module 'fs-native-extensions' {
  /** Asks for an exclusive lock on the whole file; false where another descriptor, of any process, holds it. */
  export function tryLock(fd: number): boolean;
  export function unlock(fd: number): void;
}
