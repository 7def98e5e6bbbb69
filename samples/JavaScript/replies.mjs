import { refusalIn } from './connection.mjs';

// The server says something at least every 300 ms.
const SILENCE = 4000;

/** Reads a reply to its end, whatever happens to the connection: yields its text so far, and with the last one its end. */
export async function* readReply(hub, conversation, turn) {
  let [next, epoch, text] = [0, 0, ''];
  for (;;) {
    for await (const event of events(hub, conversation, turn, next)) {
      // Something is missing, or comes from a process that has lost the conversation to another.
      if (event.position > next || event.epoch < epoch) break;
      epoch = event.epoch;
      if (event.kind === 'rewind') next = event.position;
      if (event.kind === 'tokens' && event.position + event.tokens.length > next) {
        next = event.position + event.tokens.length;
        text = text.slice(0, event.textOffset) + event.text;
        yield { text };
      }
      if (event.kind === 'end') {
        yield { text, end: event };
        return;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** The events of one stream, until it ends, fails or falls silent; only a refusal is an error. */
async function* events(hub, conversation, turn, from) {
  const queue = [];
  let [over, refusal, wake] = [false, null, () => {}];
  const end = error => {
    [over, refusal] = [true, refusalIn(error)];
    wake();
  };
  const subscription = hub.stream('Resume', conversation, turn, from).subscribe({
    next: event => {
      queue.push(event);
      wake();
    },
    complete: end,
    error: end,
  });
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift();
      if (refusal) throw refusal;
      if (over) return;
      let silence;
      const heard = await new Promise(resolve => {
        wake = () => resolve(true);
        silence = setTimeout(() => resolve(false), SILENCE);
      });
      clearTimeout(silence);
      if (!heard) return;
    }
  } finally {
    subscription.dispose();
  }
}
