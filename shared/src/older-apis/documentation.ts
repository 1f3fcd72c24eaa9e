/** What marks the operations of the older APIs in the OpenAPI document. */
export const firstGeneration = { tags: ['Older API, first generation'], deprecated: true };
export const secondGeneration = { tags: ['Older API, second generation'], deprecated: true };
