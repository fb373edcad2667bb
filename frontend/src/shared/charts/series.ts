export interface ChartSeries {
  label: string;
  /** Name of a CSS variable. */
  colour: string;
  values: number[];
}
