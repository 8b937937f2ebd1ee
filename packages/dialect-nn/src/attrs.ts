import { type AttrSpec, attr } from "@gatefold/core";

/** Where the channel axis stands: NCHW and its kin, or NHWC and its kin. */
export type Layout = "channels_first" | "channels_last";
export type AutoPad = "NOTSET" | "SAME_UPPER" | "SAME_LOWER" | "VALID";

export type BoolAttr = AttrSpec<boolean>;
export type IntAttr = AttrSpec<number>;
export type FloatAttr = AttrSpec<number>;
export type IntsAttr = AttrSpec<readonly number[]>;
export type OptionalInt = AttrSpec<number | undefined>;
export type OptionalFloat = AttrSpec<number | undefined>;
export type OptionalInts = AttrSpec<readonly number[] | undefined>;
export type LayoutAttr = AttrSpec<Layout>;

export const optionalInts: OptionalInts = attr.optional(attr.ints());
export const layoutAttr: LayoutAttr = attr.oneOf(["channels_first", "channels_last"], "channels_first");

/** How a window walks over the spatial axes. Lists count the spatial axes; `pads` holds all begins, then all ends. */
export type WindowAttrs = {
  readonly auto_pad: AttrSpec<AutoPad>;
  readonly strides: OptionalInts;
  readonly dilations: OptionalInts;
  readonly pads: OptionalInts;
};

export const windowAttrs: WindowAttrs = {
  auto_pad: attr.oneOf(["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"], "NOTSET"),
  strides: optionalInts,
  dilations: optionalInts,
  pads: optionalInts,
};

/** A schema without attributes. */
export type NoAttrs = Record<never, never>;
