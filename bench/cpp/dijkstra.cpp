// Dijkstra's algorithm as C++ does it, for `make bench` to stand ours beside: the
// same graph, the same sources, one thread. Flat arrays, the arcs of a node in one
// run with head and weight together, a 4-ary heap of cost and node in one word; a
// node whose cost sinks is put in again.
//
//   dijkstra FILE [binary]
//
// FILE holds 32-bit numbers in the byte order of the machine: nodes, arcs, sources;
// nodes+1 offsets of arcs; a head and a weight for each arc; the sources. With
// "binary" the heap is the binary one of the standard library. It goes through the
// sources twice and prints of the second time: nanoseconds in all, and the sum of
// all distances (2147483647 where there is no way).

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <queue>
#include <vector>

using Word = uint64_t;
constexpr uint32_t infinity = 0x7fffffff;

struct Arc {
    uint32_t head, weight;
};

struct Graph {
    uint32_t nodes = 0;
    std::vector<uint32_t> first, sources;
    std::vector<Arc> arcs;
};

// Four children to a node halve the depth of a binary heap and lie in one line of
// the cache.
class FourHeap {
    std::vector<Word> heap;

public:
    bool empty() const { return heap.empty(); }

    void push(Word e) {
        size_t i = heap.size();
        heap.push_back(e);
        while (i > 0) {
            size_t up = (i - 1) / 4;
            if (heap[up] <= e) break;
            heap[i] = heap[up];
            i = up;
        }
        heap[i] = e;
    }

    Word pop() {
        Word top = heap[0], e = heap.back();
        heap.pop_back();
        size_t n = heap.size();
        if (n == 0) return top;
        size_t i = 0;
        for (;;) {
            size_t child = 4 * i + 1;
            if (child >= n) break;
            size_t last = child + 4 < n ? child + 4 : n, best = child;
            for (size_t k = child + 1; k < last; k++)
                if (heap[k] < heap[best]) best = k;
            if (heap[best] >= e) break;
            heap[i] = heap[best];
            i = best;
        }
        heap[i] = e;
        return top;
    }
};

class BinaryHeap {
    std::priority_queue<Word, std::vector<Word>, std::greater<Word>> heap;

public:
    bool empty() const { return heap.empty(); }
    void push(Word e) { heap.push(e); }
    Word pop() {
        Word top = heap.top();
        heap.pop();
        return top;
    }
};

template <class Heap>
void search(const Graph &g, uint32_t source, Heap &heap, std::vector<uint32_t> &dist) {
    for (auto &d : dist) d = infinity;
    dist[source] = 0;
    heap.push(source);
    while (!heap.empty()) {
        Word top = heap.pop();
        uint32_t v = uint32_t(top), at = uint32_t(top >> 32);
        if (at > dist[v]) continue;
        for (uint32_t a = g.first[v], end = g.first[v + 1]; a < end; a++) {
            const Arc &arc = g.arcs[a];
            uint32_t to = at + arc.weight;
            if (to < dist[arc.head]) {
                dist[arc.head] = to;
                heap.push(Word(to) << 32 | arc.head);
            }
        }
    }
}

template <class Heap> void measure(const Graph &g) {
    Heap heap;
    std::vector<uint32_t> dist(g.nodes);
    uint64_t sum = 0;
    long long ns = 0;
    for (int round = 0; round < 2; round++) {
        sum = 0, ns = 0;
        for (uint32_t s : g.sources) {
            auto start = std::chrono::steady_clock::now();
            search(g, s, heap, dist);
            ns += std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
            for (uint32_t d : dist) sum += d;
        }
    }
    std::printf("%lld %llu\n", ns, (unsigned long long)sum);
}

template <class T> bool take(FILE *f, std::vector<T> &to, size_t n) {
    to.resize(n);
    return std::fread(to.data(), sizeof(T), n, f) == n;
}

int main(int argc, char **argv) {
    FILE *f = argc > 1 ? std::fopen(argv[1], "rb") : nullptr;
    if (!f) {
        std::fprintf(stderr, "dijkstra: no file to read\n");
        return 1;
    }
    Graph g;
    std::vector<uint32_t> head;
    if (!take(f, head, 3) || !take(f, g.first, size_t(head[0]) + 1) || !take(f, g.arcs, head[1]) || !take(f, g.sources, head[2])) {
        std::fprintf(stderr, "dijkstra: %s ends too soon\n", argv[1]);
        return 1;
    }
    g.nodes = head[0];
    if (argc > 2 && !std::strcmp(argv[2], "binary"))
        measure<BinaryHeap>(g);
    else
        measure<FourHeap>(g);
    return 0;
}
