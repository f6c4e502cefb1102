/** A button that copies a text, and says for a while, or from then on, that it did. */
export class Copier {
  copied = $state(false);
  readonly can = 'clipboard' in navigator; // not on a page that is read without TLS

  constructor(private readonly says?: number) {} // milliseconds

  async copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.copied = true;
    if (this.says) setTimeout(() => (this.copied = false), this.says);
  }
}
