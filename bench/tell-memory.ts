/** Loaded into a service that is measured: answers each message with what the process holds. */
process.on('message', () => {
  const { rss } = process.memoryUsage();
  // Twice: what a finaliser lets go is collected by the next one.
  for (let time = 0; time < 2; time++) globalThis.gc?.();
  process.send?.({ rss, heapUsed: process.memoryUsage().heapUsed });
});
process.channel?.unref();
