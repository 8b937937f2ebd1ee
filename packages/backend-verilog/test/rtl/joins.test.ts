import { describeCases } from "./check.js";
import { joinGroups } from "./join-groups.js";

describeCases("joins and forks", joinGroups);
