/** Loads the code of a platform when it is asked for the first time: bundles start with none of it. */
export function loadedOnce<Id extends string, Tools, Part>(
  loaders: Readonly<Record<Id, (tools: Tools) => Promise<Part>>>,
  tools: Tools,
): (platform: Id) => Promise<Part> {
  const loaded = new Map<Id, Promise<Part>>();
  return (platform) => {
    const part = loaded.get(platform) ?? loaders[platform](tools);
    loaded.set(platform, part);
    return part;
  };
}
