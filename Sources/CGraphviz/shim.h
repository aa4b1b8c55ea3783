// What GraphvizLayout needs of libgraphviz and Swift cannot reach itself: the layout's results stand behind macros
// that cast a record pointer.

#ifndef HOPLAB_CGRAPHVIZ_SHIM_H
#define HOPLAB_CGRAPHVIZ_SHIM_H

#include <gvc.h>
#include <string.h>

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

// By itself Graphviz numbers what has a name by the address of the name, and goes through clusters in that order: the
// same text would be laid out and written in another way whenever memory lies in another way. Here the first that is
// made is number 1; where this says that it cannot number names, Graphviz keeps a table of them itself.

typedef struct {
  Agdisc_t discipline;
  Agiddisc_t ids;
  Agiodisc_t io;
  const char *rest;
  size_t left;
  IDTYPE last;
} hoplab_reading;

/// The discipline stands first in a reading, so its address is that of the reading.
static inline void *hoplab_ids_open(Agraph_t *graph, Agdisc_t *discipline) {
  (void)graph;
  return discipline;
}

static inline long hoplab_ids_map(void *state, int kind, char *name, IDTYPE *id, int mayMake) {
  (void)kind;
  if (name || !mayMake) return 0;
  *id = ++((hoplab_reading *)state)->last;
  return 1;
}

static inline void hoplab_ids_free(void *state, int kind, IDTYPE id) { (void)state, (void)kind, (void)id; }
static inline char *hoplab_ids_print(void *state, int kind, IDTYPE id) {
  (void)state, (void)kind, (void)id;
  return NULL;
}
static inline void hoplab_ids_close(void *state) { (void)state; }
static inline void hoplab_ids_register(void *state, int kind, void *object) { (void)state, (void)kind, (void)object; }

static inline int hoplab_text_read(void *channel, char *buffer, int size) {
  hoplab_reading *reading = channel;
  size_t length = reading->left < (size_t)size ? reading->left : (size_t)size;
  memcpy(buffer, reading->rest, length);
  reading->rest += length;
  reading->left -= length;
  return (int)length;
}

/// The graph in `dot`, or NULL where it holds none; `reading` must live as long as the graph.
static inline Agraph_t *hoplab_read(const char *dot, hoplab_reading *reading) {
  memset(reading, 0, sizeof *reading);
  reading->ids = AgIdDisc;
  reading->ids.open = hoplab_ids_open;
  reading->ids.map = hoplab_ids_map;
  reading->ids.free = hoplab_ids_free;
  reading->ids.print = hoplab_ids_print;
  reading->ids.close = hoplab_ids_close;
  reading->ids.idregister = hoplab_ids_register;
  reading->io = AgIoDisc;
  reading->io.afread = hoplab_text_read;
  reading->discipline.id = &reading->ids;
  reading->discipline.io = &reading->io;
  reading->rest = dot;
  reading->left = strlen(dot);
  return agread(reading, &reading->discipline);
}

/// Errors and warnings go to `listener` piece by piece instead of to stderr.
static inline void hoplab_listen(int (*listener)(char *)) {
  agseterr(AGWARN);
  agseterrf(listener);
}

#endif
