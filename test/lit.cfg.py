# Configuration of the lit suite; `ninja -C build check-lit` runs it.
import os

import lit.formats
import lit.llvm
from lit.llvm import llvm_config

config.name = "structlin"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["unit", "fuzz", "Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.structlin_obj_root, "test")

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.structlin_tools_dir, append_path=True)
for name in ("STRUCTLIN_IR_CORPUS", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# One thread: the suite itself runs as many tests at once as there are cores.
config.environment["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", "1")
config.environment["OPENBLAS_NUM_THREADS"] = "1"

if config.structlin_sanitized:
    config.available_features.add("sanitizer")

corpus = os.environ.get("STRUCTLIN_IR_CORPUS", "")
if os.path.isdir(corpus):
    config.available_features.add("corpus")
config.substitutions.append(("%corpus", corpus))
config.substitutions.append(("%python", config.python_executable))
config.substitutions.append(("%structlin_src", config.structlin_src_root))
config.substitutions.append(("%structlin_plugin", config.structlin_plugin))
config.substitutions.append(("%example_plugin", config.structlin_example_plugin))
llvm_libs = os.path.join(os.path.dirname(config.llvm_tools_dir), "lib")
runner_libs = [os.path.join(llvm_libs, f"libmlir_{name}utils.so") for name in ("runner_", "c_runner_")]
config.substitutions.append(("%mlir_runner_libs", ",".join(runner_libs)))
