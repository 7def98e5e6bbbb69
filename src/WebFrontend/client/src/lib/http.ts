import { Refusal } from './protocol'

/** Asks the server over plain HTTP; what it refuses is thrown. */
export async function ask(path: string, method = 'GET', body: BodyInit | null = null, type = 'application/json'): Promise<Response> {
  const answer = await fetch(path, { method, body, headers: body === null ? {} : { 'Content-Type': type } })
  if (answer.ok) return answer
  const { error } = (await answer.json().catch(() => ({}))) as { error?: { code: string; message: string } }
  throw error ? new Refusal(error.code, error.message) : new Error(`${path}: ${answer.status}`)
}
