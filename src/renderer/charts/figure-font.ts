/** The font of exported figures: the page's own, under the name that it has elsewhere too. */
export const FIGURE_FONT = "'Inter Variable', Inter, Helvetica, Arial, sans-serif";
