//===- Machine.cpp - how fast a machine is --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Defaults by target, and the text of a description: JSON.
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace structlin;
using namespace structlin::kernels;

std::string structlin::getFormName(const ProductForm &form) {
  if (form.depth == 1)
    return mlirName(form.accumulator).str();
  bool isFloat = form.accumulator == ElementType::F32;
  return llvm::formatv("{0}x{1}", isFloat ? "bf16" : "i8", form.depth);
}

double Machine::getGflops(const ProductForm &form) const {
  auto rate = gflops.find(getFormName(form));
  return rate == gflops.end() ? 1 : rate->second;
}

//===----------------------------------------------------------------------===//
// Defaults
//===----------------------------------------------------------------------===//

Machine Machine::getDefault(const Target &target) {
  // A core of 3 GHz with two units for products and two for loads.
  constexpr double clock = 3;
  Machine machine;
  machine.target = target.name;
  machine.cores = 2;
  machine.caches = {32 << 10, 1 << 20, 32 << 20};
  machine.bandwidth = {120, 60, 20};
  machine.sharedBandwidth = {240, 100, 30};
  machine.loads = machine.conversions = 2 * clock;
  machine.stores = clock;
  machine.instructions = 4 * clock;
  machine.latency = 4 / clock;
  // An instruction, a shuffle from a table, or lane by lane.
  machine.expansion = target.vectorBytes == 64 ? 1 : target.vectorBytes == 32 ? 0.6 : 8;
  machine.ahead = target.vectorBytes == 64 ? 2048 : 0;
  machine.call = 50;
  machine.region = 2000;
  machine.barrier = 500;
  machine.exposed = 0.5;
  double f32 = 2 * clock * 2 * target.lanes(ElementType::F32);
  machine.gflops = {{"f32", f32}, {"f64", f32 / 2}, {"i32", f32 / 4}};
  if (target.dotBF16)
    machine.gflops["bf16x2"] = 2 * f32;
  if (target.dotI8)
    machine.gflops["i8x4"] = 4 * f32;
  if (target.tilesBF16)
    machine.gflops["bf16x32"] = 2400;
  if (target.tilesI8)
    machine.gflops["i8x64"] = 4800;
  return machine;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Calls visit(name, field) for each field that is a number of the machine's.
template <typename M, typename Visit> static void forEachRate(M &machine, Visit visit) {
  visit(llvm::StringLiteral("loads"), machine.loads);
  visit(llvm::StringLiteral("stores"), machine.stores);
  visit(llvm::StringLiteral("conversions"), machine.conversions);
  visit(llvm::StringLiteral("instructions"), machine.instructions);
  visit(llvm::StringLiteral("latency"), machine.latency);
  visit(llvm::StringLiteral("expansion"), machine.expansion);
  visit(llvm::StringLiteral("call"), machine.call);
  visit(llvm::StringLiteral("region"), machine.region);
  visit(llvm::StringLiteral("barrier"), machine.barrier);
  visit(llvm::StringLiteral("exposed"), machine.exposed);
}

std::string Machine::print() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::json::OStream json(stream, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("target", target);
    json.attribute("cores", cores);
    json.attribute("ahead", ahead);
    json.attribute("caches", llvm::json::Array(caches));
    json.attribute("bandwidth", llvm::json::Array(bandwidth));
    json.attribute("shared_bandwidth", llvm::json::Array(sharedBandwidth));
    json.attributeObject("gflops", [&] {
      for (const auto &[form, rate] : gflops)
        json.attribute(form, rate);
    });
    forEachRate(*this, [&](llvm::StringLiteral name, double rate) { json.attribute(name, rate); });
  });
  stream << '\n';
  return text;
}

/// Reads one number per cache, if the field is there.
template <typename T>
static bool mapCaches(const llvm::json::Value &value, llvm::StringRef field,
                      std::array<T, kNumCaches> &out, llvm::json::Path path) {
  const llvm::json::Value *numbers = value.getAsObject()->get(field);
  if (!numbers)
    return true;
  std::vector<T> values;
  if (!llvm::json::fromJSON(*numbers, values, path.field(field)))
    return false;
  if (values.size() != out.size()) {
    path.field(field).report("expected one number per cache");
    return false;
  }
  llvm::copy(values, out.begin());
  return true;
}

static bool isPositive(const Machine &machine, llvm::json::Path path) {
  bool positive = machine.cores > 0 && machine.ahead >= 0;
  auto check = [&](double rate) { positive &= rate > 0; };
  for (int i = 0; i < kNumCaches; ++i) {
    check(machine.caches[i]);
    check(machine.bandwidth[i]);
    check(machine.sharedBandwidth[i]);
  }
  for (const auto &[form, rate] : machine.gflops)
    check(rate);
  for (double rate : {machine.loads, machine.stores, machine.conversions, machine.instructions})
    check(rate);
  if (!positive)
    path.report("expected sizes and rates above 0");
  return positive;
}

static bool readMachine(const llvm::json::Value &value, Machine &machine, llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  std::string name;
  if (!mapper || !mapper.map("target", name))
    return false;
  std::optional<Target> target = Target::get(name);
  if (!target) {
    path.field("target").report(
        "expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon)");
    return false;
  }
  machine = Machine::getDefault(*target);
  std::vector<std::string> known{"target",           "cores", "ahead", "caches", "bandwidth",
                                 "shared_bandwidth", "gflops"};
  bool good = mapper.mapOptional("cores", machine.cores) &&
              mapper.mapOptional("ahead", machine.ahead) &&
              mapCaches(value, "caches", machine.caches, path) &&
              mapCaches(value, "bandwidth", machine.bandwidth, path) &&
              mapCaches(value, "shared_bandwidth", machine.sharedBandwidth, path) &&
              mapper.mapOptional("gflops", machine.gflops);
  forEachRate(machine, [&](llvm::StringLiteral field, double &rate) {
    known.push_back(field.str());
    good = good && mapper.mapOptional(field, rate);
  });
  for (const auto &[field, ignored] : *value.getAsObject())
    if (good && !llvm::is_contained(known, field.str())) {
      path.field(field).report("a machine has no such field");
      return false;
    }
  return good && isPositive(machine, path);
}

llvm::Expected<Machine> Machine::parse(llvm::StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return value.takeError();
  Machine machine;
  llvm::json::Path::Root root("machine");
  if (!readMachine(*value, machine, root))
    return root.getError();
  return machine;
}
