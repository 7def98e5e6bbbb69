import type { TurnEvent } from './protocol'

/** Who guesses tokens, by the numbers of the protocol. What has no name here came later than this page. */
const NUMBERED = {
  0: 'model', 1: 'context', 2: 'shared', 3: 'bigram', 4: 'extendedBigram', 6: 'recycled', 7: 'prediction', 8: 'constraint', 9: 'unigram',
} as const

export type Source = (typeof NUMBERED)[keyof typeof NUMBERED]

export const SOURCES: Source[] = Object.values(NUMBERED)

/** A token of a reply: where its text ends, who guessed it, how sure that seemed, and in which step it came. */
export interface TracedToken {
  end: number
  source: Source
  survival: number
  step: number
}

/** The tokens of a reply, from the frames in which it comes. */
export class Trace {
  readonly tokens: TracedToken[] = []

  take(frame: TurnEvent): void {
    if (frame.kind === 'rewind') this.tokens.length = Math.min(this.tokens.length, frame.position)
    if (frame.kind !== 'tokens') return
    this.tokens.length = Math.min(this.tokens.length, frame.position)
    // A reply of another model does not tell any more where its tokens end.
    if (frame.textEnds.length < frame.tokens.length) return
    for (let i = 0; i < frame.tokens.length; i++)
      this.tokens.push({
        end: frame.textEnds[i]!,
        source: NUMBERED[frame.sources[i] as keyof typeof NUMBERED] ?? 'model',
        survival: frame.survival[i]!,
        step: frame.steps[i]!,
      })
  }
}

/** How many tokens each step brought, in order. */
export function perStep(tokens: TracedToken[]): number[] {
  const counts: number[] = []
  let step = -1
  for (const token of tokens) {
    if (token.step !== step) counts.push(0)
    step = token.step
    counts[counts.length - 1]!++
  }
  return counts
}

/** A text cut into the pieces that its tokens brought; a token whose text is not settled yet brings none. */
export function pieces(text: string, tokens: TracedToken[]): { text: string; token: TracedToken }[] {
  const cut: { text: string; token: TracedToken }[] = []
  let start = 0
  for (const token of tokens) {
    const end = Math.min(token.end, text.length)
    if (end > start) cut.push({ text: text.slice(start, end), token })
    start = Math.max(start, end)
  }
  return cut
}
