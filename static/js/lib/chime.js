const NOTES = [587, 784];
const SOFT = 0.06;

let context = null;

/** Two soft notes, drawn and not loaded. Before the first click of a visit a browser keeps silent. */
export function chime() {
  try {
    context ??= new AudioContext();
    NOTES.forEach((note, index) => ring(note, context.currentTime + index * 0.14));
  } catch { /* a browser that will not make a sound is as good as one that is off */ }
}

function ring(frequency, from) {
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.frequency.value = frequency;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(SOFT, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.4);
  voice.connect(volume).connect(context.destination);
  voice.start(from);
  voice.stop(from + 0.42);
}
