const NOTES = [660, 880];
const SOFT = 0.05;

/** Two soft notes for an answer that nobody is looking at; drawn, not loaded. */
export class Sound {
  #button;
  #shelf;
  #context = null;
  isOn;

  /** @param {HTMLElement} button @param {boolean} byDefault */
  constructor(button, byDefault) {
    this.#button = button;
    this.#shelf = `helpdesk:${document.body.dataset.channel}:sound`;
    this.isOn = this.#kept() ?? byDefault;
    button.addEventListener("click", () => this.#switch());
    this.#draw();
  }

  play() {
    if (!this.isOn) return;
    try {
      this.#context ??= new AudioContext();
      NOTES.forEach((note, index) => this.#ring(note, this.#context.currentTime + index * 0.12));
    } catch { /* a browser that will not make a sound is as good as one that is off */ }
  }

  #ring(frequency, from) {
    const voice = this.#context.createOscillator();
    const volume = this.#context.createGain();
    voice.frequency.value = frequency;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(SOFT, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
    voice.connect(volume).connect(this.#context.destination);
    voice.start(from);
    voice.stop(from + 0.32);
  }

  #switch() {
    this.isOn = !this.isOn;
    try {
      localStorage.setItem(this.#shelf, this.isOn ? "on" : "off");
    } catch { /* until the page is left, then */ }
    this.#draw();
    this.play();
  }

  #kept() {
    try {
      return { on: true, off: false }[localStorage.getItem(this.#shelf)];
    } catch {
      return undefined;
    }
  }

  #draw() {
    this.#button.setAttribute("aria-pressed", String(this.isOn));
  }
}
