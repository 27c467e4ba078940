/** Does something with each of many, so many at once. */
export async function inTurns<One>(all: readonly One[], atOnce: number, run: (one: One) => Promise<unknown>) {
  const left = all.values();
  const work = async () => {
    for (const one of left) await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
