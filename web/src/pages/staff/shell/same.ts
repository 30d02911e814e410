/** Whether two bodies of a call say the same. */
export function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
