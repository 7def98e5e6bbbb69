import { Refusal } from './protocol'
import { strings } from './strings'

/** The one line that tells a person what did not work. */
export class Notices {
  text: string | null = $state(null)

  /** Does something; what fails is told, and answered with false. */
  async guard(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.text = error instanceof Refusal ? error.message : strings.unexpected
      return false
    }
  }
}
