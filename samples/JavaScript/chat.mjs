// Says one thing to a server and prints the reply while it is written.
import { connect } from './connection.mjs';
import { readReply } from './replies.mjs';

const [server, key, question] = process.argv.slice(2);
if (!question) {
  console.error('Usage: node chat.mjs http://127.0.0.1:5080 ngk_... "a question"');
  process.exit(2);
}

try {
  const hub = await connect(server, key);
  // An operation of the same id is the same operation: whoever does not know whether a call arrived makes it again.
  const conversation = await hub.call('CreateConversation', { operationId: crypto.randomUUID() });
  const sent = await hub.call('Send', { conversationId: conversation.id, operationId: crypto.randomUUID(), text: question });

  let printed = 0;
  for await (const { text, end } of readReply(hub, conversation.id, sent.turnId)) {
    process.stdout.write(text.slice(printed));
    printed = Math.max(printed, text.length);
    if (end) {
      const { tokens, steps, accepted, drafted } = end.statistics;
      console.log(`\n[${end.finish}: ${tokens} tokens in ${steps} steps, ${accepted} of ${drafted} guesses right]`);
    }
  }

  await hub.stop();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
