import { escapeHtml } from "./escape-html.ts";
import { digits } from "./table.ts";

/** One bar. */
export interface Bar {
  readonly label: string;
  /** Decides the colour: the same target has the same one in every chart. */
  readonly target: string;
  readonly value: number;
  /** Drawn as a whisker. */
  readonly range?: { readonly min: number; readonly max: number };
}

/** Bars that are compared with each other. */
export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const [labelWidth, plotWidth, valueWidth] = [230, 420, 150];
const [rowHeight, groupGap] = [20, 30];

/** Horizontal bars on one scale from zero as SVG; `limit` is a line that should not be crossed. */
export function barChart(options: {
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly BarGroup[];
  readonly limit?: number;
}): string {
  const { title, unit, groups, limit } = options;
  const bars = groups.flatMap((group) => group.bars);
  if (bars.length === 0) return "";
  const most = Math.max(limit ?? 0, ...bars.map(({ value, range }) => Math.max(value, range?.max ?? 0)));
  const x = (value: number) => labelWidth + (Math.max(0, value) / (most || 1)) * plotWidth;
  let y = 4;
  const parts: string[] = [];
  for (const group of groups) {
    parts.push(`<text class="group" x="0" y="${y + 14}">${escapeHtml(group.title)}</text>`);
    y += rowHeight;
    for (const { label, target, value, range } of group.bars) {
      const middle = y + rowHeight / 2;
      parts.push(
        `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
        `<rect class="t-${escapeHtml(target)}" x="${labelWidth}" y="${y + 3}" width="${(x(value) - labelWidth).toFixed(1)}" height="${rowHeight - 6}" rx="2"/>`,
      );
      if (range !== undefined && range.max > range.min)
        parts.push(
          `<path class="whisker" d="M${x(range.min).toFixed(1)} ${middle}H${x(range.max).toFixed(1)}"/>`,
        );
      const end = Math.max(x(value), x(range?.max ?? 0));
      const told = range === undefined ? "" : ` (${digits(range.min)}–${digits(range.max)})`;
      parts.push(`<text x="${(end + 6).toFixed(1)}" y="${middle + 4}">${digits(value)}${told}</text>`);
      y += rowHeight;
    }
    y += groupGap - rowHeight;
  }
  if (limit !== undefined)
    parts.push(`<path class="limit" d="M${x(limit).toFixed(1)} 0V${y}"><title>promised</title></path>`);
  const width = labelWidth + plotWidth + valueWidth;
  return `<figure><figcaption>${escapeHtml(title)} <small>${escapeHtml(unit)}</small></figcaption>
<svg viewBox="0 0 ${width} ${y}" role="img" aria-label="${escapeHtml(title)}">${parts.join("\n")}</svg></figure>`;
}
