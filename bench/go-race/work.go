// The workloads of work.c in Go.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var cpuBegin float64
var wallBegin time.Time

func cpuNow() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func measureBegin() {
	cpuBegin, wallBegin = cpuNow(), time.Now()
}

func measureEnd(name string, n int, operations float64) {
	fmt.Printf("%s %d %.1f %.1f\n", name, n, (cpuNow()-cpuBegin)/operations,
		float64(time.Since(wallBegin).Nanoseconds())/operations)
}

func reflect(there, back chan int) {
	for v := range there {
		back <- v
	}
}

func play(there, back chan int, rounds int, ready, gate, done chan int) {
	there <- 0
	<-back
	ready <- 1
	<-gate
	for i := 0; i < rounds; i++ {
		there <- i
		<-back
	}
	done <- 1
	<-chan int(nil)
}

func pairsWith(n, capacity int, name string) {
	pairs := n / 2
	rounds := 1000000 / pairs
	if rounds < 100 {
		rounds = 100
	}
	ready, gate, done := make(chan int, 1), make(chan int), make(chan int, 1)
	for i := 0; i < pairs; i++ {
		there, back := make(chan int, capacity), make(chan int, capacity)
		go reflect(there, back)
		go play(there, back, rounds, ready, gate, done)
	}
	for i := 0; i < pairs; i++ {
		<-ready
	}
	measureBegin()
	close(gate)
	for i := 0; i < pairs; i++ {
		<-done
	}
	measureEnd(name, n, float64(pairs)*float64(rounds))
}

const roundsCount = 11

func takePart(reported, released *[roundsCount]sync.WaitGroup) {
	for i := range reported {
		reported[i].Done()
		released[i].Wait()
	}
}

func rounds(n int) {
	var reported, released [roundsCount]sync.WaitGroup
	for i := range reported {
		reported[i].Add(n)
		released[i].Add(1)
	}
	for i := 0; i < n; i++ {
		go takePart(&reported, &released)
	}
	for i := range reported {
		reported[i].Wait()
		released[i].Done()
		if i == 0 {
			measureBegin()
		}
	}
	measureEnd("rounds", n, float64(n)*(roundsCount-1))
}

func contend(times int, m *sync.Mutex, count *int, group *sync.WaitGroup) {
	for i := 0; i < times; i++ {
		m.Lock()
		*count++
		if i%10 == 0 {
			runtime.Gosched()
		}
		m.Unlock()
	}
	group.Done()
}

func contended(n int) {
	var m sync.Mutex
	var group sync.WaitGroup
	count := 0
	group.Add(10)
	measureBegin()
	for i := 0; i < 10; i++ {
		go contend(n/10, &m, &count, &group)
	}
	group.Wait()
	measureEnd("contended", n, float64(count))
}

func one(place *int, group *sync.WaitGroup) {
	*place = 1
	group.Done()
}

func generations(n int) {
	var places [1000]int
	measureBegin()
	for i := 0; i < n; i += 1000 {
		var group sync.WaitGroup
		group.Add(1000)
		for j := range places {
			go one(&places[j], &group)
		}
		group.Wait()
	}
	measureEnd("generations", n, float64(n))
}

func main() {
	if len(os.Args) == 3 {
		n, _ := strconv.Atoi(os.Args[2])
		switch os.Args[1] {
		case "pairs":
			pairsWith(n, 0, "pairs")
			return
		case "pairs_buffered":
			pairsWith(n, 1, "pairs_buffered")
			return
		case "rounds":
			rounds(n)
			return
		case "contended":
			contended(n)
			return
		case "generations":
			generations(n)
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: work NAME N")
	os.Exit(2)
}
