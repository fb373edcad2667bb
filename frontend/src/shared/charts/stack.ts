/** Numbers for a stacked chart: each series on top of those before it. */
export function stack(series: number[][]): number[][] {
  const sums: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index];
    }),
  );
}
