/**
 * An element at an index that its caller has bounded already, which the type checker cannot see: the alternative is a default
 * that nobody could ever meet, or test.
 */
export function elementAt<Element>(list: { readonly [index: number]: Element }, index: number): Element {
  return list[index] as Element;
}
