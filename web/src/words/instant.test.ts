import { describe, expect, it } from 'vitest';
import { formatInstant, formatInstantDay } from './instant';

describe('an instant', () => {
  it('is read on a clock', () => {
    expect(formatInstant('2026-11-26T16:31:44Z', 'en', 'Asia/Shanghai')).toBe('27 Nov 2026, 00:31');
    expect(formatInstant('2026-11-26T16:31:44Z', 'zh-CN', 'Asia/Shanghai')).toBe('2026年11月27日 00:31');
    expect(formatInstantDay('2026-11-26T16:31:44Z', 'en', 'UTC')).toBe('26 Nov 2026');
  });
  it('is a dash where there is none', () => {
    expect(formatInstant('', 'en')).toBe('–');
    expect(formatInstant('soon', 'zh-CN')).toBe('–');
  });
});
