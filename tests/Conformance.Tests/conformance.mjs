// The official OpenAI client for JavaScript, unchanged, against the scripted server: node conformance.mjs ADDRESS KEY
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const [, , baseURL, apiKey] = process.argv;
const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const model = 'scripted';
const chat = (content, more = {}) => openai.chat.completions.create({ model, messages: [{ role: 'user', content }], ...more });
const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } };
const call = '<tool_call>{"name":"weather","arguments":{"city":"Ulm"}}</tool_call>';

const cases = {
  'models are listed': async () => assert.deepEqual((await openai.models.list()).data.map((each) => each.id), [model]),
  'a model is told': async () => assert.equal((await openai.models.retrieve(model)).owned_by, 'ngrammys'),
  'an unknown model is not found': () => assert.rejects(openai.models.retrieve('other'), OpenAI.NotFoundError),
  'a wrong key is an authentication error': () =>
    assert.rejects(new OpenAI({ baseURL, apiKey: 'ngk_wrong', maxRetries: 0 }).models.list(), OpenAI.AuthenticationError),
  'a chat is answered': async () => {
    const answer = await chat('say hello');
    assert.equal(answer.choices[0].message.content, 'hello');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.completion_tokens, 6);
  },
  'a chat is streamed': async () => {
    let text = '';
    let usage;
    for await (const chunk of await chat('say hello', { stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, 'hello');
    assert.equal(usage.completion_tokens, 6);
  },
  'the stream helper collects a chat': async () => {
    const stream = openai.chat.completions.stream({ model, messages: [{ role: 'user', content: 'say hello' }] });
    assert.equal(await stream.finalContent(), 'hello');
  },
  'alternatives come': async () => assert.equal((await chat('say hello', { n: 4 })).choices.length, 4),
  'a stop ends the text': async () => assert.equal((await chat('say a b c', { stop: [' c'] })).choices[0].message.content, 'a b'),
  'a length ends the text': async () => {
    const choice = (await chat('say abc', { max_completion_tokens: 2 })).choices[0];
    assert.deepEqual([choice.message.content, choice.finish_reason], ['ab', 'length']);
  },
  'log probabilities come': async () => {
    const { content } = (await chat('say ab', { logprobs: true, top_logprobs: 3 })).choices[0].logprobs;
    assert.deepEqual(content.map((each) => each.token), ['a', 'b']);
    assert.equal(content[0].top_logprobs.length, 3);
  },
  'a tool is called': async () => {
    const choice = (await chat(`say ${call}`, { tools: [weather] })).choices[0];
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.deepEqual(JSON.parse(choice.message.tool_calls[0].function.arguments), { city: 'Ulm' });
  },
  'a tool call is streamed': async () => {
    const stream = openai.chat.completions.stream({ model, tools: [weather], messages: [{ role: 'user', content: `say ${call}` }] });
    assert.equal((await stream.finalChatCompletion()).choices[0].message.tool_calls[0].function.name, 'weather');
  },
  'a wrong parameter is named': () =>
    assert.rejects(chat('say hello', { temperature: 3 }), (error) => error instanceof OpenAI.BadRequestError && error.param === 'temperature'),
  'an unsupported parameter is named': () =>
    assert.rejects(chat('say hello', { audio: { voice: 'alloy', format: 'wav' } }), (error) => error.code === 'unsupported_parameter' && error.param === 'audio'),
  'a stream is left early': async () => {
    for await (const chunk of await chat('go on for ever', { stream: true })) if (chunk.choices[0].delta.content) break;
  },
  'text is completed': async () =>
    assert.equal((await openai.completions.create({ model, prompt: '0123456789', max_tokens: 9 })).choices[0].text, 'tick tock'),
  'text is completed in a stream': async () => {
    let text = '';
    for await (const chunk of await openai.completions.create({ model, prompt: '0123456789', max_tokens: 9, stream: true })) text += chunk.choices[0].text;
    assert.equal(text, 'tick tock');
  },
  'a response is made, read and deleted': async () => {
    const made = await openai.responses.create({ model, input: 'say hello' });
    assert.equal(made.output_text, 'hello');
    assert.equal((await openai.responses.retrieve(made.id)).output_text, 'hello');
    assert.equal((await openai.responses.inputItems.list(made.id)).data[0].content[0].text, 'say hello');
    await openai.responses.delete(made.id);
    await assert.rejects(openai.responses.retrieve(made.id), OpenAI.NotFoundError);
  },
  'a response that is not stored is made': async () => {
    const input = [{ role: 'developer', content: 'Be brief.' }, { role: 'user', content: 'hi' }, { role: 'assistant', content: 'hi' }, { role: 'user', content: 'say hello' }];
    assert.equal((await openai.responses.create({ model, input, store: false })).output_text, 'hello');
  },
  'a response is streamed, and the stream taken up again': async () => {
    const events = [];
    for await (const event of await openai.responses.create({ model, input: 'say hello', stream: true })) events.push(event);
    assert.equal(events.at(-1).type, 'response.completed');
    assert.equal(events.at(-1).response.output[0].content[0].text, 'hello');
    const rest = [];
    for await (const event of await openai.responses.retrieve(events[0].response.id, { stream: true, starting_after: 3 })) rest.push(event);
    assert.equal(rest.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta).join(''), 'hello');
  },
  'a response runs in the background and is cancelled': async () => {
    const made = await openai.responses.create({ model, input: 'go on for ever', background: true });
    assert.equal(made.status, 'queued');
    assert.equal((await openai.responses.cancel(made.id)).status, 'cancelled');
  },
  'a conversation goes on': async () => {
    const conversation = await openai.conversations.create({ metadata: { title: 'Talk' } });
    await openai.responses.create({ model, input: 'say one', conversation: conversation.id });
    await openai.responses.create({ model, input: 'say two', conversation: conversation.id });
    const texts = [];
    for await (const item of openai.conversations.items.list(conversation.id, { order: 'asc', limit: 3 })) texts.push(item.content[0].text);
    assert.deepEqual(texts, ['say one', 'one', 'say two', 'two']);
    assert.equal((await openai.conversations.update(conversation.id, { metadata: { title: 'Other' } })).metadata.title, 'Other');
    assert.equal((await openai.conversations.delete(conversation.id)).deleted, true);
    await assert.rejects(openai.conversations.retrieve(conversation.id), OpenAI.NotFoundError);
  },
};

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
  } catch (error) {
    failed++;
    console.log(`${name}: ${error.message}`);
  }
}
console.log(`${Object.keys(cases).length - failed} of ${Object.keys(cases).length} hold`);
process.exitCode = failed ? 1 : 0;
