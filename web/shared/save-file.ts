// Gives a file that was fetched to the person, as a download of the browser. Must never open it in the page.

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it by then; the address is of no use afterwards.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
