/** Copies text, also where the page was loaded without TLS and the browser's clipboard is therefore missing, or where it is refused. */
export async function copy(text: string): Promise<void> {
  try {
    return await navigator.clipboard.writeText(text)
  } catch {
    // The older way needs no permission.
  }
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
