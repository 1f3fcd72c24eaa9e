/**
 * A position in the whole store, as clients see it: the sequence number of the log's entry times a stride, so that, as
 * with the real server's byte offsets, not every number is a position and nobody can count with them.
 */
const STRIDE = 64;

export const positionOf = (sequence: number): number => sequence * STRIDE;

/**
 * The sequence number at a position in decimal; a fraction where the position lies between two entries. Beyond 2^53 it is
 * only "far beyond the end".
 */
export const sequenceAt = (position: string): number => Number(position) / STRIDE;
