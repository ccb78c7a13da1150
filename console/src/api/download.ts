/** Milliseconds after which the browser has surely begun to save a file, so that its memory can be freed. */
const saveTimeMs = 60_000;

/** Lets the browser save a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), saveTimeMs);
}
