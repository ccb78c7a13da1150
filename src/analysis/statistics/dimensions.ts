/** The field of lists and rows that has the values of a dimension: `appId` for `APP_ID`. */
export function fieldOfDimension(dimension: string): string {
  return dimension.toLowerCase().replaceAll(/_[a-z]/g, (part) => part.slice(1).toUpperCase());
}
