const NOTES = [660, 880];
const SOFT = 0.05;
const TOGETHER = 3000; // milliseconds in which tabs hear of the same
const SAID = { on: true, off: false };

/** Two soft notes for an answer that nobody is looking at; drawn, not loaded. */
export class Sound {
  #button;
  #name = `helpdesk:${document.body.dataset.channel}:out:sound`;
  #keepElsewhere;
  #context = null;
  isOn;

  /**
   * @param {HTMLElement} button
   * @param {boolean} byDefault
   * @param {(name: string, text: string) => void} keepElsewhere for browsers that give frames no storage
   */
  constructor(button, byDefault, keepElsewhere) {
    this.#button = button;
    this.#keepElsewhere = keepElsewhere;
    this.isOn = this.#kept() ?? byDefault;
    button.addEventListener("click", () => this.#switch());
    this.#draw();
  }

  /** @param {Record<string, string>} [kept] what the loader still had */
  know(kept) {
    this.isOn = SAID[kept?.[this.#name]] ?? this.isOn;
    this.#draw();
  }

  /** @param {string} [cause] what several tabs hear of, and only one need sound for */
  play(cause) {
    if (!this.isOn) return;
    const name = `helpdesk:sound:${cause}`;
    const first = (lock) => lock && (this.#ring(), new Promise((done) => setTimeout(done, TOGETHER)));
    if (cause && navigator.locks) navigator.locks.request(name, { ifAvailable: true }, first).catch(() => this.#ring());
    else this.#ring();
  }

  #ring() {
    try {
      this.#context ??= new AudioContext();
      NOTES.forEach((note, index) => this.#sing(note, this.#context.currentTime + index * 0.12));
    } catch { /* a browser that will not make a sound is as good as one that is off */ }
  }

  #sing(frequency, from) {
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
    const said = this.isOn ? "on" : "off";
    try {
      localStorage.setItem(this.#name, said);
    } catch {
      this.#keepElsewhere(this.#name, said);
    }
    this.#draw();
    this.play();
  }

  #kept() {
    try {
      return SAID[localStorage.getItem(this.#name)];
    } catch {
      return undefined;
    }
  }

  #draw() {
    this.#button.setAttribute("aria-pressed", String(this.isOn));
  }
}
