/** Beats as often as it is told. */
const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = (event: MessageEvent<number>) => {
  setInterval(() => scope.postMessage(null), event.data);
};
