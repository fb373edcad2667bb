/** The columns to show: those that were kept and are still there, else the usual ones. */
export function shownKeys(kept: unknown, known: string[], usual: string[]): string[] {
  const chosen = Array.isArray(kept) ? known.filter((key) => kept.includes(key)) : [];
  return chosen.length > 0 ? chosen : usual;
}
