// From the tab that came back from Pro Santé Connect to the tab where the question waits: "confirmed", and nothing else.
// Must never carry more, nor be believed: whoever hears it asks the server again, and the server decides.

const CHANNEL = 'rempart-confirmed';

export function tellConfirmed(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('confirmed');
  channel.close();
}

/** Gives what stops the listening. */
export function onConfirmed(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}
