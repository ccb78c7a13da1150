/** Nodes of a page where nothing is said. */
export const pageNodesDefault = 50;

/** Nodes in one page: at about 2 KB a node, 1 MB of answer. */
export const pageNodesMax = 500;
