//===- TuningTable.cpp - what was measured --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text is JSON, an entry a line, so that tables can be read and compared.
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/TuningTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <cmath>

using namespace structlin;
using namespace structlin::kernels;

static auto fieldsOf(const TuningKey &key) {
  return std::tie(key.target, key.kernel, key.types, key.structure, key.threads, key.tokens,
                  key.inputs, key.outputs, key.keep);
}

bool structlin::operator==(const TuningKey &lhs, const TuningKey &rhs) {
  return fieldsOf(lhs) == fieldsOf(rhs);
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

void TuningTable::insert(TuningEntry entry) {
  auto same = llvm::find_if(entries, [&](const TuningEntry &e) { return e.key == entry.key; });
  if (same != entries.end())
    *same = std::move(entry);
  else
    entries.push_back(std::move(entry));
}

/// How far two problems are apart, in factors of two; nothing if they do not compare.
static std::optional<double> distanceOf(const TuningKey &lhs, const TuningKey &rhs) {
  if (std::tie(lhs.target, lhs.kernel, lhs.types, lhs.threads) !=
      std::tie(rhs.target, rhs.kernel, rhs.types, rhs.threads))
    return std::nullopt;
  // One token is a problem of its own: nothing is used twice.
  if ((lhs.tokens <= 1) != (rhs.tokens <= 1))
    return std::nullopt;
  // Another structure of one size is farther than the same one of another size.
  double sum = lhs.structure == rhs.structure ? 0 : 1;
  for (auto [a, b] : {std::pair<double, double>(lhs.tokens, rhs.tokens),
                      {lhs.inputs, rhs.inputs},
                      {lhs.outputs, rhs.outputs},
                      {lhs.keep, rhs.keep}}) {
    double distance = std::abs(std::log2(std::max(a, 1e-6) / std::max(b, 1e-6)));
    if (distance > 1 + 1e-9)
      return std::nullopt;
    sum += distance;
  }
  return sum;
}

const TuningEntry *TuningTable::find(const TuningKey &key) const {
  const TuningEntry *best = nullptr;
  double least = 0;
  for (const TuningEntry &entry : entries) {
    std::optional<double> distance = distanceOf(key, entry.key);
    if (distance && (!best || *distance < least)) {
      best = &entry;
      least = *distance;
    }
  }
  return best;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(const TuningEntry &entry) {
  const TuningKey &key = entry.key;
  const Schedule &s = entry.schedule;
  llvm::json::Object schedule{{"rows", s.rows}, {"cols", s.cols}};
  auto setIf = [&](llvm::StringRef name, int64_t value, int64_t usual) {
    if (value != usual)
      schedule[name] = value;
  };
  setIf("unroll", s.unroll, 1);
  setIf("chunk", s.chunk, 0);
  setIf("block", s.block, 0);
  setIf("ahead", s.ahead, 0);
  if (s.split == Split::Tokens)
    schedule["split"] = "tokens";
  if (s.nextPanel)
    schedule["next_panel"] = true;
  if (s.order == Order::Memory)
    schedule["order"] = "memory";
  return llvm::json::Object{{"target", key.target},   {"kernel", key.kernel},
                            {"types", key.types},     {"structure", key.structure},
                            {"threads", key.threads}, {"tokens", key.tokens},
                            {"inputs", key.inputs},   {"outputs", key.outputs},
                            {"keep", key.keep},       {"schedule", std::move(schedule)},
                            {"time", entry.time}};
}

std::string TuningTable::print() const {
  std::string text = "{\n  \"version\": 1,\n";
  if (!cpu.empty())
    text += llvm::formatv("  \"cpu\": {0},\n", llvm::json::Value(cpu));
  text += "  \"entries\": [";
  for (const TuningEntry &entry : entries)
    text += llvm::formatv("{0}\n    {1}", &entry == &entries.front() ? "" : ",", toJSON(entry));
  return text + "\n  ]\n}\n";
}

/// Reports a field that `names` does not have.
static bool hasOnly(const llvm::json::Value &value, llvm::ArrayRef<llvm::StringRef> names,
                    llvm::json::Path path) {
  for (const auto &[field, ignored] : *value.getAsObject())
    if (!llvm::is_contained(names, llvm::StringRef(field))) {
      path.field(field).report("expected no such field");
      return false;
    }
  return true;
}

static bool readSchedule(const llvm::json::Value &value, Schedule &schedule,
                         llvm::json::Path path) {
  llvm::json::ObjectMapper mapper(value, path);
  std::string split = "outputs", order = "panels";
  if (!mapper || !mapper.map("rows", schedule.rows) || !mapper.map("cols", schedule.cols) ||
      !mapper.mapOptional("unroll", schedule.unroll) ||
      !mapper.mapOptional("chunk", schedule.chunk) ||
      !mapper.mapOptional("block", schedule.block) ||
      !mapper.mapOptional("ahead", schedule.ahead) || !mapper.mapOptional("split", split) ||
      !mapper.mapOptional("next_panel", schedule.nextPanel) ||
      !mapper.mapOptional("order", order) ||
      !hasOnly(
          value,
          {"rows", "cols", "unroll", "chunk", "block", "ahead", "split", "next_panel", "order"},
          path))
    return false;
  if (split != "outputs" && split != "tokens") {
    path.field("split").report("expected outputs or tokens");
    return false;
  }
  if (order != "panels" && order != "memory") {
    path.field("order").report("expected panels or memory");
    return false;
  }
  schedule.split = split == "tokens" ? Split::Tokens : Split::Outputs;
  schedule.order = order == "memory" ? Order::Memory : Order::Panels;
  return true;
}

namespace structlin {
static bool fromJSON(const llvm::json::Value &value, TuningEntry &entry, llvm::json::Path path) {
  TuningKey &key = entry.key;
  llvm::json::ObjectMapper mapper(value, path);
  if (!mapper || !mapper.map("target", key.target) || !mapper.map("kernel", key.kernel) ||
      !mapper.map("types", key.types) || !mapper.map("structure", key.structure) ||
      !mapper.map("threads", key.threads) || !mapper.map("tokens", key.tokens) ||
      !mapper.map("inputs", key.inputs) || !mapper.map("outputs", key.outputs) ||
      !mapper.map("keep", key.keep) || !mapper.map("time", entry.time) ||
      !hasOnly(value,
               {"target", "kernel", "types", "structure", "threads", "tokens", "inputs", "outputs",
                "keep", "schedule", "time"},
               path))
    return false;
  if (!Target::get(key.target)) {
    path.field("target").report(
        "expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon)");
    return false;
  }
  if (!(entry.time > 0)) {
    path.field("time").report("expected a positive time");
    return false;
  }
  const llvm::json::Value *schedule = value.getAsObject()->get("schedule");
  if (!schedule) {
    path.field("schedule").report("missing value");
    return false;
  }
  return readSchedule(*schedule, entry.schedule, path.field("schedule"));
}
} // namespace structlin

llvm::Expected<TuningTable> TuningTable::parse(llvm::StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return value.takeError();
  TuningTable table;
  llvm::json::Path::Root root("table");
  llvm::json::Path path(root);
  llvm::json::ObjectMapper mapper(*value, path);
  int64_t version = 0;
  std::vector<TuningEntry> entries;
  if (!mapper || !mapper.map("version", version))
    return root.getError();
  if (version != 1) {
    path.field("version").report("expected version 1");
    return root.getError();
  }
  if (!mapper.mapOptional("cpu", table.cpu) || !mapper.map("entries", entries))
    return root.getError();
  for (TuningEntry &entry : entries)
    table.insert(std::move(entry));
  return table;
}
