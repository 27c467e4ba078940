/** The next values of an iterator that may be asked for more afterwards; fewer when it ends. */
export function nextOf<Value>(values: Iterator<Value>, count: number): Value[] {
  const some: Value[] = [];
  while (some.length < count) {
    const one = values.next();
    if (one.done) break;
    some.push(one.value);
  }
  return some;
}
