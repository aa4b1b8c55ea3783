// What GraphvizLayout needs of libgraphviz and Swift cannot reach itself: the layout's results stand behind macros
// that cast a record pointer.

#ifndef HOPLAB_CGRAPHVIZ_SHIM_H
#define HOPLAB_CGRAPHVIZ_SHIM_H

#include <gvc.h>

typedef struct {
  double x, y;
} hoplab_point;

typedef struct {
  double left, bottom, right, top;
} hoplab_box;

static inline hoplab_point hoplab_node_centre(Agnode_t *node) {
  hoplab_point centre = {ND_coord(node).x, ND_coord(node).y};
  return centre;
}

/// Width and height in points; Graphviz itself keeps inches.
static inline hoplab_point hoplab_node_size(Agnode_t *node) {
  hoplab_point size = {ND_width(node) * 72.0, ND_height(node) * 72.0};
  return size;
}

static inline hoplab_box hoplab_graph_box(Agraph_t *graph) {
  boxf box = GD_bb(graph);
  hoplab_box result = {box.LL.x, box.LL.y, box.UR.x, box.UR.y};
  return result;
}

static inline int hoplab_bezier_count(Agedge_t *edge) {
  return ED_spl(edge) ? (int)ED_spl(edge)->size : 0;
}

static inline int hoplab_bezier_length(Agedge_t *edge, int piece) {
  return (int)ED_spl(edge)->list[piece].size;
}

static inline hoplab_point hoplab_bezier_point(Agedge_t *edge, int piece, int index) {
  pointf point = ED_spl(edge)->list[piece].list[index];
  hoplab_point result = {point.x, point.y};
  return result;
}

static inline char *hoplab_name(void *object) { return agnameof(object); }
static inline Agnode_t *hoplab_tail(Agedge_t *edge) { return agtail(edge); }
static inline Agnode_t *hoplab_head(Agedge_t *edge) { return aghead(edge); }

/// Errors and warnings go to `listener` piece by piece instead of to stderr.
static inline void hoplab_listen(int (*listener)(char *)) {
  agseterr(AGWARN);
  agseterrf(listener);
}

#endif
