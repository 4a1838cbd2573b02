/** Which prices the catalog has: those of this release of the price data. A test holds it against the package. */
export const catalogPriceVersion = "genai-prices@0.1.8";

/** Which prices they are when they come from the list that the vendor itself serves. */
export const listPriceVersion = "vendor-list";
