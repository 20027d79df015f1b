//===- InnerLoopsTest.cpp - what is seen in assembly ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InnerLoops.h"
#include <gtest/gtest.h>

using namespace structlin::kernels::test;

namespace {

TEST(InnerLoops, AreCountedIfTheyMultiply) {
  std::vector<AssemblyLoop> loops = findInnerLoops(R"(
f:                                      # @f
# %bb.0:
	vfmadd231ps	%ymm0, %ymm1, %ymm2
.LBB0_1:                                # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_2 Depth 2
	vfmadd231ps	(%rax), %ymm1, %ymm2
.LBB0_2:                                #   Parent Loop BB0_1 Depth=1
                                        # =>  This Inner Loop Header: Depth=2
	vbroadcastss	(%rdi,%rax,4), %ymm3
	.loc	1 7 5                           # file:7:5
	vfmadd231ps	(%rsi), %ymm3, %ymm2
.Ltmp1:
	.loc	1 0 0 is_stmt 0                 # file:0:0
	vmovups	%ymm2, (%rdx)
	leaq	8(%rdi), %rdi
	popcntl	(%rdi), %eax
	incq	(%rdi)
	cmpq	$0, (%rdi)
	prefetcht0	(%rdi)
	je	.LBB0_4
# %bb.3:                                #   in Loop: Header=BB0_2 Depth=2
	.loc	1 8 5                           # file:8:5
	vfmadd231ps	%ymm4, %ymm3, %ymm5
	vmovups	32(%rsp), %ymm4                 # 32-byte Reload
	addq	8(%rsp), %rax
	jmp	.LBB0_2
.LBB0_4:                                #   in Loop: Header=BB0_1 Depth=1
	vfmadd231ps	%ymm4, %ymm3, %ymm5
	jmp	.LBB0_1
.LBB0_5:                                # =>This Inner Loop Header: Depth=1
	vaddps	(%rsi), %ymm3, %ymm2
	jmp	.LBB0_5
)");
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops[0].products, 2);
  EXPECT_EQ(loops[0].lines, (std::set<int64_t>{7, 8}));
  // Two of vectors, three of integers, and one that an addition reads.
  EXPECT_EQ(loops[0].loads, 6);
  EXPECT_EQ(loops[0].integers, 8);
  EXPECT_EQ(loops[0].spills, 1);
}

TEST(InnerLoops, AreSeenOnAArch64) {
  std::vector<AssemblyLoop> loops = findInnerLoops(R"(
.LBB0_2:                                // =>This Inner Loop Header: Depth=1
	ldr	q0, [x8], #16
	ldp	x9, x10, [x10, #8]
	ld1r	{ v1.4s }, [x9]
	fmla	v2.4s, v0.4s, v1.4s
	ldr	q3, [sp, #16]                   // 16-byte Folded Reload
	b.ne	.LBB0_2
)");
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops[0].products, 1);
  EXPECT_EQ(loops[0].loads, 4);
  EXPECT_EQ(loops[0].spills, 1);
}

} // namespace
