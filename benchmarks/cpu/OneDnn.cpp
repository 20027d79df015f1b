//===- OneDnn.cpp - oneDNN as a peer --------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include "Peers.h"

using namespace structlin;
using namespace structlin::benchmark;

#ifdef STRUCTLIN_HAS_ONEDNN
#include "oneapi/dnnl/dnnl.hpp"

Peer benchmark::makeOneDnn(const DenseProblem &problem) {
  using namespace dnnl;
  using dims = memory::dims;
  static engine engine(engine::kind::cpu, 0);
  static stream stream(engine);
  memory::data_type type;
  switch (problem.type) {
  case ElementType::F32:
    type = memory::data_type::f32;
    break;
  case ElementType::BF16:
    type = memory::data_type::bf16;
    break;
  default:
    return {};
  }
  dims xs{problem.m, problem.inputs}, ws{problem.inputs, problem.outputs},
      ys{problem.m, problem.outputs};
  memory::desc xDesc(xs, type, memory::format_tag::ab), wDesc(ws, type, memory::format_tag::any);
  memory::desc stored(ws, type, memory::format_tag::ba), yDesc(ys, type, memory::format_tag::ab);
  primitive_attr attributes;
  attributes.set_scratchpad_mode(scratchpad_mode::user);
  matmul::primitive_desc description(engine, xDesc, wDesc, yDesc, attributes,
                                     /*allow_empty=*/true);
  if (!description)
    return {};
  struct State {
    matmul primitive;
    memory x, y, scratch;
    std::vector<memory> weights;
    Pages pages;
  };
  auto state = std::make_shared<State>();
  state->primitive = matmul(description);
  state->x = memory(xDesc, engine, const_cast<void *>(problem.x));
  state->y = memory(yDesc, engine, problem.y);
  state->scratch = memory(description.scratchpad_desc(), engine);
  memory source(stored, engine, const_cast<char *>(problem.w.bytes().data()));
  size_t bytes = (description.weights_desc().get_size() + 63) / 64 * 64;
  state->pages = allocatePages(bytes * problem.copies);
  for (int64_t i = 0; i < problem.copies; ++i) {
    memory packed(description.weights_desc(), engine, state->pages.get() + i * bytes);
    reorder(source, packed).execute(stream, source, packed);
    stream.wait();
    state->weights.push_back(packed);
  }
  auto run = [state](int64_t copy) {
    state->primitive.execute(stream, {{DNNL_ARG_SRC, state->x},
                                      {DNNL_ARG_WEIGHTS, state->weights[copy]},
                                      {DNNL_ARG_DST, state->y},
                                      {DNNL_ARG_SCRATCHPAD, state->scratch}});
    stream.wait();
  };
  return {std::string("oneDNN (") + description.impl_info_str() + ")", run};
}

#else
Peer benchmark::makeOneDnn(const DenseProblem &) { return {}; }
#endif
