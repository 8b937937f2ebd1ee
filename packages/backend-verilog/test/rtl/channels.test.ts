import { channelGroups } from "./channel-groups.js";
import { describeCases } from "./check.js";

describeCases("channel-wise kernels", channelGroups);
