// The camera of this workstation: opened when asked, always given back. Must never stay on unseen: whoever opens it
// closes it, and a page that is hidden closes it too.

export type CameraTrouble = 'denied' | 'none' | 'busy' | 'unavailable';

export type OpenCamera = {
  stream: MediaStream;
  deviceId: string | null;
  cameras: { deviceId: string; label: string }[];
  /** Null when it has no lamp. */
  lamp: ((on: boolean) => Promise<void>) | null;
  close(): void;
};

export type CameraPermission = 'granted' | 'denied' | 'prompt';

export async function cameraPermission(): Promise<CameraPermission> {
  try {
    return (await navigator.permissions.query({ name: 'camera' as PermissionName })).state;
  } catch {
    return 'prompt'; // this browser does not tell beforehand
  }
}

export async function openCamera(deviceId: string | null): Promise<OpenCamera | CameraTrouble> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (!mediaDevices) return 'unavailable';
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'environment' };
  try {
    const video = { ...which, width: { ideal: 1920 }, height: { ideal: 1080 } };
    const stream = await mediaDevices.getUserMedia({ video, audio: false });
    return await opened(stream, mediaDevices);
  } catch (error) {
    return troubleOf(error);
  }
}

async function opened(stream: MediaStream, mediaDevices: MediaDevices): Promise<OpenCamera> {
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  const [track] = stream.getVideoTracks();
  const { torch } = (track?.getCapabilities?.() ?? {}) as { torch?: boolean };
  const devices = await mediaDevices.enumerateDevices().catch(() => []);
  const lamp = (on: boolean) =>
    track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }) ?? Promise.resolve();
  return {
    stream,
    deviceId: track?.getSettings().deviceId ?? null,
    cameras: devices.flatMap(({ kind, deviceId, label }) =>
      kind === 'videoinput' ? [{ deviceId, label }] : [],
    ),
    lamp: torch ? lamp : null,
    close,
  };
}

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'unavailable';
}

const LONGEST_SIDE = 1280;

/**
 * What the camera sees now, ready for the reader: by turns the whole picture made smaller, and its middle as sharp as
 * it is, for small codes. Null while there is no picture yet.
 */
export async function pictureOf(
  video: HTMLVideoElement,
  turn: number,
): Promise<ImageBitmap | ImageData | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const isSmall = Math.max(width, height) <= LONGEST_SIDE;
  const share = turn % 2 === 0 || isSmall ? 1 : 0.6;
  const [w, h] = [Math.round(width * share), Math.round(height * share)];
  const [x, y] = [Math.round((width - w) / 2), Math.round((height - h) / 2)];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(w, h));
  const size = { resizeWidth: Math.round(w * scale), resizeHeight: Math.round(h * scale) };
  // Without a canvas outside the page the worker could not look into a bitmap.
  if ('OffscreenCanvas' in globalThis) return createImageBitmap(video, x, y, w, h, size);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [size.resizeWidth, size.resizeHeight];
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  drawing?.drawImage(video, x, y, w, h, 0, 0, canvas.width, canvas.height);
  return drawing?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}
