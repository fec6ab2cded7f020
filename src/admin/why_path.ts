/** Where the page of one exchange is: the only one, whoever leads to it. */

/** The path of an exchange's page; with `.json` behind it, of its record. */
export function whyPath(id: string): string {
  return `/why/${encodeURIComponent(id.toWellFormed())}`;
}
