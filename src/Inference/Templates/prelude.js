// Runs behind the package `jinja` and before the template `source`: what the package leaves to differ from transformers, and what no single step may
// exceed. The interpreter checks memory between statements only; one step that makes a text of gigabytes would slip through.
const longestText = 16000000;

function bounded(length) {
  if (length > longestText) throw new RangeError(`a text longer than ${longestText} characters`);
}

const { repeat, replaceAll } = String.prototype;
const { join } = Array.prototype;

String.prototype.repeat = function (count) {
  bounded(this.length * count);
  return repeat.call(this, count);
};

String.prototype.replaceAll = function (pattern, substitute) {
  let length = this.length;
  return replaceAll.call(this, pattern, (match) => {
    const text = substitute(match);
    bounded((length += text.length - match.length));
    return text;
  });
};

Array.prototype.join = function (separator) {
  let length = (separator ?? ",").length * this.length;
  for (const item of this) bounded((length += typeof item === "string" ? item.length : 1));
  return join.call(this, separator);
};

const interpreter = jinja.Interpreter.prototype;
const { evaluate, evaluateMemberExpression, evaluateTestExpression, evaluateFor, applyFilter } = interpreter;

const evaluated = (value) => ({ type: "Evaluated", value });

interpreter.evaluate = function (node, environment) {
  if (node?.type === "Evaluated") return node.value;
  const result = evaluate.call(this, node, environment);
  if (typeof result?.value === "string") bounded(result.value.length);
  return result;
};

// In Python nothing is found under an undefined key; to the package it is a mistake.
interpreter.evaluateMemberExpression = function (node, environment) {
  if (!node.computed || node.property.type === "SliceExpression") return evaluateMemberExpression.call(this, node, environment);
  const object = this.evaluate(node.object, environment);
  const property = this.evaluate(node.property, environment);
  if (property.type === "UndefinedValue") return property;
  return evaluateMemberExpression.call(this, { ...node, object: evaluated(object), property: evaluated(property) }, environment);
};

// An undefined value is an empty text to the filters of Python's Jinja that work on texts.
const textFilters = ["trim", "upper", "lower", "title", "capitalize", "string", "indent", "replace", "length"];
const emptyText = new jinja.Interpreter(new jinja.Environment()).run(jinja.parse(jinja.tokenize("")));

interpreter.applyFilter = function (operand, filter, environment) {
  const name = filter.value ?? filter.callee?.value;
  if (name === "tojson") operand = spelled(operand);
  return applyFilter.call(this, operand.type === "UndefinedValue" && textFilters.includes(name) ? emptyText : operand, filter, environment);
};

// And one can loop over it, as over a mapping: both are iterable.
interpreter.evaluateTestExpression = function (node, environment) {
  const operand = this.evaluate(node.operand, environment);
  const iterable = node.test.value === "iterable" && ["UndefinedValue", "ObjectValue"].includes(operand.type);
  return evaluateTestExpression.call(this, { ...node, operand: evaluated(iterable ? emptyText : operand) }, environment);
};

interpreter.evaluateFor = function (node, environment) {
  if (node.iterable.type === "SelectExpression") return evaluateFor.call(this, node, environment);
  const over = this.evaluate(node.iterable, environment);
  const iterable = over.type === "UndefinedValue" ? { type: "ArrayLiteral", value: [] } : evaluated(over);
  return evaluateFor.call(this, { ...node, iterable }, environment);
};

// JavaScript knows one kind of number. PythonValues.cs has marked the numbers that would lose their spelling, and the names of fields.
const mark = "\u0001";

function number(spelling) {
  const type = /^-?\d+$/.test(spelling) ? "IntegerLiteral" : "FloatLiteral";
  const value = new jinja.Interpreter(new jinja.Environment()).evaluate({ type, value: Number(spelling) });
  value.toString = () => spelling;
  return value;
}

function unmarked(value) {
  if (value.type === "StringValue" && value.value[0] === mark) {
    const text = value.value.slice(1);
    if (text[0] !== mark) return number(text);
    value.value = text;
  }
  if (value.type === "ArrayValue") value.value = value.value.map(unmarked);
  if (value.type === "ObjectValue") value.value = new Map(Array.from(value.value, ([name, item]) => [name.slice(1), unmarked(item)]));
  return value;
}

// To the package's tojson a float is what JavaScript makes of it; here it is a text that JSON.stringify leaves alone.
class Spelling {
  constructor(text) {
    this.text = text;
  }
}

const { stringify } = JSON;

JSON.stringify = function (value, ...rest) {
  return value instanceof Spelling ? value.text : stringify.call(this, value, ...rest);
};

function spelled(value) {
  switch (value.type) {
    case "IntegerValue":
    case "FloatValue":
      return { type: value.type, value: new Spelling(value.toString()) };
    case "ArrayValue":
      return { type: value.type, value: value.value.map(spelled) };
    case "ObjectValue":
    case "NamespaceValue":
      return { type: value.type, value: new Map(Array.from(value.value, ([name, item]) => [name, spelled(item)])) };
    default:
      return value;
  }
}

// The package has a strftime_now of its own, with fewer directives and another clock.
const declare = jinja.Environment.prototype.set;
jinja.Environment.prototype.set = function (name, value) {
  const declared = declare.call(this, name, name === "strftime_now" ? strftime_now : value);
  const shown = unmarked(declared);
  this.variables.set(name, shown);
  return shown;
};

const template = new jinja.Template(source);

function render(variables) {
  return template.render(JSON.parse(variables));
}
